x = "namespace part"

value = "lazy value"

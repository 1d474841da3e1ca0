from ...toofar import x

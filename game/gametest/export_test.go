package gametest

// PlayScript is what Fuzz does with one script.
var PlayScript = play

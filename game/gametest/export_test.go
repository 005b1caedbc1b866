package gametest

// PlayScript is what Fuzz does with one script.
var PlayScript = play

// Revive is what FuzzCheckpoint does with one checkpoint.
var Revive = revive

// Foreign and Public are what Leaks knows of audiences.
var (
	Foreign = foreign
	Public  = public
)

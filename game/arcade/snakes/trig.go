package snakes

// one is 1 in the fixed point of sine and of a head's place: 1/1024.
const one = 1024

// sine is 1024 times the sine of each heading, rounded. It stands here in figures because
// computing it would take floats, whose last digit differs between machines.
var sine = [256]int16{
	0, 25, 50, 75, 100, 125, 150, 175, 200, 224, 249, 273, 297, 321, 345, 369,
	392, 415, 438, 460, 483, 505, 526, 548, 569, 590, 610, 630, 650, 669, 688, 706,
	724, 742, 759, 775, 792, 807, 822, 837, 851, 865, 878, 891, 903, 915, 926, 936,
	946, 955, 964, 972, 980, 987, 993, 999, 1004, 1009, 1013, 1016, 1019, 1021, 1023, 1024,
	1024, 1024, 1023, 1021, 1019, 1016, 1013, 1009, 1004, 999, 993, 987, 980, 972, 964, 955,
	946, 936, 926, 915, 903, 891, 878, 865, 851, 837, 822, 807, 792, 775, 759, 742,
	724, 706, 688, 669, 650, 630, 610, 590, 569, 548, 526, 505, 483, 460, 438, 415,
	392, 369, 345, 321, 297, 273, 249, 224, 200, 175, 150, 125, 100, 75, 50, 25,
	0, -25, -50, -75, -100, -125, -150, -175, -200, -224, -249, -273, -297, -321, -345, -369,
	-392, -415, -438, -460, -483, -505, -526, -548, -569, -590, -610, -630, -650, -669, -688, -706,
	-724, -742, -759, -775, -792, -807, -822, -837, -851, -865, -878, -891, -903, -915, -926, -936,
	-946, -955, -964, -972, -980, -987, -993, -999, -1004, -1009, -1013, -1016, -1019, -1021, -1023, -1024,
	-1024, -1024, -1023, -1021, -1019, -1016, -1013, -1009, -1004, -999, -993, -987, -980, -972, -964, -955,
	-946, -936, -926, -915, -903, -891, -878, -865, -851, -837, -822, -807, -792, -775, -759, -742,
	-724, -706, -688, -669, -650, -630, -610, -590, -569, -548, -526, -505, -483, -460, -438, -415,
	-392, -369, -345, -321, -297, -273, -249, -224, -200, -175, -150, -125, -100, -75, -50, -25,
}

// sin and cos take any heading: 256 steps make a full turn.
func sin(heading int) int { return int(sine[heading&255]) }
func cos(heading int) int { return int(sine[(heading+64)&255]) }

// towards is how far to turn from one heading to another, the short way round: -128 to 127.
func towards(from, to int) int { return int(int8(to - from)) }

// bearing is the heading in which (dx, dy) lies, rounded down within its quarter turn.
func bearing(dx, dy int) int {
	quarter := 0
	for dx <= 0 || dy < 0 { // turn it back by quarters until it lies in the first
		if dx == 0 && dy == 0 {
			return 0
		}
		dx, dy = dy, -dx
		quarter += 64
	}
	low, high := 0, 64
	for low+1 < high {
		if mid := (low + high) / 2; dy*cos(mid) >= dx*sin(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return (quarter + low) & 255
}

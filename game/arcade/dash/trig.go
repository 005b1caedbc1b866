package dash

// one is 1 in the fixed point of sine and cosine: 1/1024.
const one = 1024

// quarter is 1024 times the sine of the headings 0 to 64, rounded. It stands here in figures because
// computing it would take floats, whose last digit differs between machines.
var quarter = [65]int16{
	0, 25, 50, 75, 100, 125, 150, 175, 200, 224, 249, 273, 297, 321, 345, 369,
	392, 415, 438, 460, 483, 505, 526, 548, 569, 590, 610, 630, 650, 669, 688, 706,
	724, 742, 759, 775, 792, 807, 822, 837, 851, 865, 878, 891, 903, 915, 926, 936,
	946, 955, 964, 972, 980, 987, 993, 999, 1004, 1009, 1013, 1016, 1019, 1021, 1023, 1024,
	1024,
}

// sin and cos take any heading: 256 steps make a full turn.
func sin(heading int) int {
	h := heading & 127
	if h > 64 {
		h = 128 - h
	}
	if heading&128 != 0 {
		return -int(quarter[h])
	}
	return int(quarter[h])
}

func cos(heading int) int { return sin(heading + 64) }

// towards is how far to turn from one heading to another, the short way round: -128 to 127.
func towards(from, to int) int { return int(int8(to - from)) }

// bearing is the heading in which (dx, dy) lies, rounded down within its quarter turn.
func bearing(dx, dy int) int {
	turned := 0
	for dx <= 0 || dy < 0 { // turn it back by quarters until it lies in the first
		if dx == 0 && dy == 0 {
			return 0
		}
		dx, dy = dy, -dx
		turned += 64
	}
	low, high := 0, 64
	for low+1 < high {
		if mid := (low + high) / 2; dy*cos(mid) >= dx*sin(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return (turned + low) & 255
}

package wire

// Text is what the hash of a plan is taken of.
func (p *Plan) Text() string { return p.text }

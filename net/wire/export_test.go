package wire

// Description is what the hash of a plan is taken of.
func (p *Plan) Description() []byte { return p.description }

"""Jobs over a whole season: several hands' work made one, a finished season put away."""

"""How the weights are made: named data in, weights with their manifest and model card out."""

"""The nouns: frozen dataclasses in AWS's own words, standard library only."""

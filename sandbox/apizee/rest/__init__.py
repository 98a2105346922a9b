"""Apizee's REST API as documented: parameters in, answers out."""

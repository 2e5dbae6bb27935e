"""A stand-in for the college: it speaks the contract of ``openapi.json``, and is told what to say."""

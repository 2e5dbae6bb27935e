"""A stand-in for GOV.UK Notify: version 2 of its protocol, on this machine; nothing is sent to anybody."""

"""What is due goes to one provider, outside any transaction; what it answers comes back as commands.

``engine`` is one round: what came in (``incoming``), what is due because time has passed (``reminders``), and
what is to go out (``outgoing``), each message written on the day it is sent (``writing``). ``foreseeing`` is
a dry run, ``office`` what all of them work with, ``calling`` one call of one provider.
"""

"""The demo: a synthetic authority plays January 2007 to July 2008 through the commands that users have."""

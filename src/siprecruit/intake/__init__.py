"""Outside text (sheets, forms, commands) to values that were checked at the border."""

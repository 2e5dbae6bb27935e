"""What people ask of the record, answered from the views or from its streams, as typed rows."""

"""What people do: one function a deed, plain arguments, no web."""

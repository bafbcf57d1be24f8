"""The staff's own pages: denser than those for citizens, in the staff's colours."""

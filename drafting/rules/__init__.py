"""Who may, and when: pure functions over values."""

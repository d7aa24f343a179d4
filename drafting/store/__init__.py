"""What is kept. Only here: SQLAlchemy."""

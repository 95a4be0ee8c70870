"""Reports: findings first, then tables and charts, in several formats from one document."""

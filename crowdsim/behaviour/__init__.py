"""What people want: units with orders, formations, the wishes of the crowd."""

"""What the edges share: settings, clock and place, made into what jobs and routes take."""

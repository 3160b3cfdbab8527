"""The pages that are served and not published: on them one signs in, collects, and types bills."""

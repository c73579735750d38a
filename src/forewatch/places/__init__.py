"""Areas with their codes and generations, their boundaries, and the tiles of the map."""

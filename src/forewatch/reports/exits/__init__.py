"""What leaves for another organisation or the public: asked for by one, let out by others."""

"""From an agency's file to the register: read, mapped, staged, checked, and committed or undone as one."""

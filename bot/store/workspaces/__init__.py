"""What is kept of whole workspaces: that they have installed the bot, and what they have switched on."""

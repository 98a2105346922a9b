"""What notes look like wherever they are shown: on cards, in threads, in reports. Values in, text out."""

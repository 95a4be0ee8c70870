"""Pages of stocktakes and of board packs."""

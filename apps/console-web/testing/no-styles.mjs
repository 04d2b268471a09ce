// Style sheets mean nothing to jsdom; importing one in a spec gives this instead.

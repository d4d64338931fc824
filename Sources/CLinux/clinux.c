/* The headers of this module declare; each .c file beside this one defines. */

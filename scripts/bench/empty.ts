/** The program that does nothing: compiled like the real one, it shows what any compiled program takes to start. */
export {};

package main

func writeTypeScript(root string, sch *schema) error { return nil }

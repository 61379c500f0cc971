package main

import (
	"fmt"
	"math/rand"

	"k8s.io/apimachinery/pkg/api/resource"
)

// printQuantities writes [spelling, canonical spelling or null if refused, spelling after rounding up to milli if that differs].
func printQuantities() {
	numbers := []string{
		"", "0", "00", "1", "2", "7", "8", "9", "10", "100", "999", "1000", "1001", "1023", "1024", "1025", "1500", "2048", "10000", "16384",
		"100000", "1048576", "1.", ".5", ".", "0.", "0.0", "0.1", "0.5", "1.0", "1.5", "1.50", "1.500", "0.500", "1.024", "2.5", "12.25", "0.001",
		"0.0001", "0.0000001", "0.000000001", "0.0000000001", "1.0000000001", "001", "00100", "00.5", "123456789", "1234567890123",
		"99999999999999", "123456789012345678", "999999999999999999", "1000000000000000000", "9223372036854775807",
		"9223372036854775808", "12345678901234567890", "123456789.987654321", "1234567890123.0000000001", "0.12345678901234567890",
	}
	suffixes := []string{"", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e0", "e1", "e3", "E3", "e6", "e-3", "E-7", "e+2", "e-9", "e-12", "e20"}
	refused := []string{
		"K", "ki", "mi", "i", "e", "E+", "1.5.5", "1,5", "1 k", "0x10", "oops", "1kk", "--1", "+-1", "1e1.5", "1e+", "１", "1ki", "1KI", "1MiB", "1b",
		"Infinity", "NaN", "1_000", "1e99999999999999999999", "1e3k", "e3", "m", "Ki", "+", "-", "+m", "1-", "1+5", "1m5", "1E5k", "1e 3",
	}
	var list []string
	for _, sign := range []string{"", "-", "+"} {
		for _, suffix := range suffixes {
			for i, number := range numbers {
				// Signs change little: every seventh of them will do.
				if sign == "" || (i+len(suffix))%7 == 0 {
					list = append(list, sign+number+suffix)
				}
			}
		}
	}
	list = append(list, refused...)
	list = append(list, "1e1000000", "1e-1000000", "12345678901234567890e1000", "1e4294967296", " 1 ", "5e-10", "-5e-10")
	random := rand.New(rand.NewSource(1))
	for i := 0; i < 300; i++ {
		list = append(list, randomQuantity(random, suffixes))
	}
	var rows [][]any
	for _, text := range list {
		rows = append(rows, quantityRow(text))
	}
	printLines(rows)
}

func randomQuantity(random *rand.Rand, suffixes []string) string {
	text := ""
	for n := random.Intn(22); n >= 0; n-- {
		text += fmt.Sprint(random.Intn(10))
	}
	if random.Intn(2) == 0 {
		text += "."
		for n := random.Intn(14); n >= 0; n-- {
			text += fmt.Sprint(random.Intn(10))
		}
	}
	return text + suffixes[random.Intn(len(suffixes))]
}

func quantityRow(text string) []any {
	var quantity resource.Quantity
	if err := quantity.UnmarshalJSON([]byte(`"` + text + `"`)); err != nil {
		return []any{text, nil}
	}
	spelled, err := quantity.MarshalJSON()
	if err != nil {
		fail(err)
	}
	canonical := string(spelled[1 : len(spelled)-1])
	quantity.RoundUp(resource.Milli)
	spelled, err = quantity.MarshalJSON()
	if err != nil {
		fail(err)
	}
	if rounded := string(spelled[1 : len(spelled)-1]); rounded != canonical {
		return []any{text, canonical, rounded}
	}
	return []any{text, canonical}
}

// The properties of a code point that the tokenizer uses.
namespace Tlpipe.Text.Tokenizers;

/// <summary>Properties of a code point that decide how text is cleaned and split (docs/hf-parity.md 2.3, 2.4).</summary>
[Flags]
internal enum CharacterClass : byte
{
    None = 0,

    /// <summary>Deleted by clean_text.</summary>
    Dropped = 1,

    /// <summary>Between words.</summary>
    WhiteSpace = 2,

    /// <summary>A word of its own.</summary>
    Punctuation = 4,

    /// <summary>An ideograph, set apart by spaces when the settings say so.</summary>
    Ideograph = 8,

    /// <summary>Deleted when accents are stripped.</summary>
    NonspacingMark = 16,

    /// <summary>Decomposes, or moves in canonical order.</summary>
    Decomposes = 32,
}

/// <summary>Look-ups in <see cref="CharacterTables"/> and <see cref="DecompositionTable"/>, laid out for speed.</summary>
internal static class Characters
{
    private const int CodePoints = 0x110000;
    private const int FirstSyllable = 0xAC00;
    private const int LastSyllable = 0xD7A3;

    // The last block but one begins at 2B920 although Unicode's begins at 2B820, as in the crate (docs/hf-parity.md 2.3).
    private const string Ideographs = "3400-4dbf 4e00-9fff f900-faff 20000-2a6df 2a700-2b73f 2b740-2b81f 2b920-2ceaf 2f800-2fa1f";

    private static readonly CharacterClass[] Classes = BuildClasses();
    private static readonly Dictionary<int, byte> CombiningClasses = ReadCombiningClasses();
    private static readonly Dictionary<int, int[]> Decompositions = ReadDecompositions();

    static Characters()
    {
        foreach (var code in CombiningClasses.Keys.Concat(Decompositions.Keys))
            Classes[code] |= CharacterClass.Decomposes;
        for (var code = FirstSyllable; code <= LastSyllable; code++)
            Classes[code] |= CharacterClass.Decomposes;
    }

    public static CharacterClass ClassOf(int code) => Classes[code];

    /// <summary>The canonical combining class; 0 for what begins a new cluster.</summary>
    public static byte CombiningClass(int code) =>
        (Classes[code] & CharacterClass.Decomposes) != 0 ? CombiningClasses.GetValueOrDefault(code) : (byte)0;

    /// <summary>Writes the full canonical decomposition, the character itself where it has none.</summary>
    /// <param name="code">A code point.</param>
    /// <param name="target">Room for 4 code points.</param>
    /// <returns>How many were written.</returns>
    public static int Decompose(int code, Span<int> target)
    {
        if (code is >= FirstSyllable and <= LastSyllable)
            return DecomposeSyllable(code - FirstSyllable, target);
        if (!Decompositions.TryGetValue(code, out var parts))
        {
            target[0] = code;
            return 1;
        }
        parts.CopyTo(target);
        return parts.Length;
    }

    /// <summary>Lower case of one code point, as Rust's <c>char::to_lowercase</c>; U+0130 alone gives two.</summary>
    /// <returns>The first code point; <paramref name="second"/> is -1 if there is only one.</returns>
    public static int ToLower(int code, out int second)
    {
        second = -1;
        if (code < 0x80)
            return code is >= 'A' and <= 'Z' ? code + 32 : code;
        switch (code)
        {
            case 0x130:
                second = 0x307;
                return 'i';
            // Unicode 17's: Rust's table has it, .NET 10's does not.
            case 0xA7CE or 0xA7D2 or 0xA7D4:
                return code + 1;
            case >= 0x16EA0 and <= 0x16EB8:
                return code + 27;
            default:
                return System.Text.Rune.ToLowerInvariant(new System.Text.Rune(code)).Value;
        }
    }

    private static int DecomposeSyllable(int index, Span<int> target)
    {
        // The Unicode Standard, section 3.12: 21 vowels with 28 endings to a leading consonant.
        target[0] = 0x1100 + (index / (21 * 28));
        target[1] = 0x1161 + (index % (21 * 28) / 28);
        if (index % 28 == 0)
            return 2;
        target[2] = 0x11A7 + (index % 28);
        return 3;
    }

    private static CharacterClass[] BuildClasses()
    {
        var classes = new CharacterClass[CodePoints];
        Mark(CharacterTables.Dropped, CharacterClass.Dropped);
        Mark(CharacterTables.WhiteSpace, CharacterClass.WhiteSpace);
        Mark(CharacterTables.Punctuation, CharacterClass.Punctuation);
        Mark(Ideographs, CharacterClass.Ideograph);
        Mark(CharacterTables.NonspacingMark, CharacterClass.NonspacingMark);
        return classes;

        void Mark(string ranges, CharacterClass flag)
        {
            foreach (var range in Words(ranges))
            {
                var (first, last) = Range(range);
                for (var code = first; code <= last; code++)
                    classes[code] |= flag;
            }
        }
    }

    private static Dictionary<int, byte> ReadCombiningClasses()
    {
        var classes = new Dictionary<int, byte>();
        foreach (var entry in Words(CharacterTables.CombiningClass))
        {
            var colon = entry.IndexOf(':');
            var (first, last) = Range(entry[..colon]);
            for (var code = first; code <= last; code++)
                classes.Add(code, byte.Parse(entry[(colon + 1)..]));
        }
        return classes;
    }

    private static Dictionary<int, int[]> ReadDecompositions()
    {
        var decompositions = new Dictionary<int, int[]>();
        var code = 0;
        foreach (var entry in Words(DecompositionTable.Canonical))
        {
            var equals = entry.IndexOf('=');
            code = equals < 0 ? code + 1 : Hexadecimal(entry[..equals]);
            decompositions.Add(code, Array.ConvertAll(entry[(equals + 1)..].Split('+'), Hexadecimal));
        }
        return decompositions;
    }

    private static string[] Words(string table) =>
        table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static (int First, int Last) Range(string range)
    {
        var dash = range.IndexOf('-');
        return dash < 0
            ? (Hexadecimal(range), Hexadecimal(range))
            : (Hexadecimal(range[..dash]), Hexadecimal(range[(dash + 1)..]));
    }

    private static int Hexadecimal(string digits) => Convert.ToInt32(digits, 16);
}

// Changes valid files into ones that are wrong in one or a few places, as bytes, as JSON or as a pickle's opcodes.
using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Tlpipe.Benchmarks;

/// <summary>Draws changes from one generator, so that a seed gives the same files again.</summary>
internal sealed partial class Mutation(System.Random random)
{
    private static readonly long[] Numbers = [0, 1, 2, 0x7f, 0xff, 0xffff, int.MaxValue, uint.MaxValue, 1L << 40, long.MaxValue, long.MinValue, -1];

    private static readonly string[] JsonValues =
    [
        "0", "-1", "1", "1e999", "0.5", "9223372036854775807", "9223372036854775808", "18446744073709551616", "2147483648", "null", "true", "\"\"", "[]", "{}",
        "\"F32\"", "\"I64\"", "\"\\u0000\\n\"", "\"\\ud800\"", "\"../../x\"", "\"[MASK]\"", "[[[[[[[[", "[0,0]", "[4611686018427387904,4]",
    ];

    /// <summary>The opcodes of pickle protocols 0 to 5.</summary>
    private static readonly byte[] Opcodes =
        [.. "().012FIJKLMNPQRSTUVX]abcdeghijlopqrstu}"u8, .. Enumerable.Range(0x80, 25).Select(b => (byte)b), (byte)'B', (byte)'C', (byte)'G'];

    private static readonly string[] Globals = ["cos\nsystem\n", "c__builtin__\neval\n", "ctorch._utils\n_rebuild_tensor_v2\n", "ccollections\nOrderedDict\n", "ctorch\nFloatStorage\n", "ctorch\nSize\n"];

    /// <summary>A few changes of single bytes, numbers and ranges; most of them where the file describes itself.</summary>
    /// <param name="original">The file.</param>
    /// <param name="head">How many bytes of description it begins with.</param>
    /// <param name="tail">How many it ends with.</param>
    public byte[] Bytes(byte[] original, int head, int tail)
    {
        var mutant = new List<byte>(original);
        for (var changes = random.Next(1, 5); changes > 0 && mutant.Count > 0; changes--)
            ChangeBytes(mutant, Math.Min(head, mutant.Count), Math.Min(tail, mutant.Count));
        return [.. mutant];
    }

    private void ChangeBytes(List<byte> mutant, int head, int tail)
    {
        var at = Place(mutant.Count, head, tail);
        switch (random.Next(20))
        {
            case 0:
                mutant.RemoveRange(at, mutant.Count - at);
                break;
            case 1:
                mutant.RemoveRange(at, Math.Min(mutant.Count - at, random.Next(1, 65)));
                break;
            case 2:
                mutant.InsertRange(at, mutant.GetRange(at, Math.Min(mutant.Count - at, random.Next(1, 65))));
                break;
            case 3:
                var from = Place(mutant.Count, head, tail);
                mutant.InsertRange(at, mutant.GetRange(from, Math.Min(mutant.Count - from, random.Next(1, 257))));
                break;
            case < 9:
                var number = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(number, Numbers[random.Next(Numbers.Length)] + random.Next(-1, 2));
                for (var i = 0; i < (2 << random.Next(3)) && at + i < mutant.Count; i++)
                    mutant[at + i] = number[i];
                break;
            case < 13:
                mutant[at] ^= (byte)(1 << random.Next(8));
                break;
            default:
                mutant[at] = (byte)random.Next(256);
                break;
        }
    }

    private int Place(int count, int head, int tail)
    {
        if (head + tail == 0 || random.Next(8) == 0)
            return random.Next(count);
        var at = random.Next(head + tail);
        return at < head ? at : count - 1 - (at - head);
    }

    /// <summary>A JSON text in which one or two of its tokens are others, missing, doubled or changed with each other.</summary>
    public byte[] Json(byte[] original)
    {
        var tokens = Tokens().Matches(Encoding.UTF8.GetString(original)).Select(match => match.Value).ToList();
        for (var changes = random.Next(1, 3); changes > 0 && tokens.Count > 0; changes--)
        {
            var at = random.Next(tokens.Count);
            switch (random.Next(8))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens.Insert(at, tokens[random.Next(tokens.Count)]);
                    break;
                case 2:
                    tokens.InsertRange(at, tokens.GetRange(at, Math.Min(tokens.Count - at, random.Next(1, 24))));
                    break;
                case 3:
                    tokens[at] = tokens[random.Next(tokens.Count)];
                    break;
                default:
                    tokens[at] = JsonValues[random.Next(JsonValues.Length)];
                    break;
            }
        }
        return Encoding.UTF8.GetBytes(string.Concat(tokens));
    }

    /// <summary>A pickle with opcodes, globals or whole runs put in, taken out or changed.</summary>
    public byte[] Pickle(byte[] original)
    {
        var mutant = new List<byte>(original);
        for (var changes = random.Next(1, 4); changes > 0 && mutant.Count > 0; changes--)
        {
            var at = random.Next(mutant.Count);
            switch (random.Next(6))
            {
                case 0:
                    mutant.InsertRange(at, Encoding.ASCII.GetBytes(Globals[random.Next(Globals.Length)]));
                    break;
                case 1:
                    mutant.Insert(at, Opcodes[random.Next(Opcodes.Length)]);
                    break;
                case 2:
                    var run = mutant.GetRange(at, Math.Min(mutant.Count - at, random.Next(1, 120)));
                    for (var times = random.Next(1, 60); times > 0; times--)
                        mutant.InsertRange(at, run);
                    break;
                case 3:
                    ChangeBytes(mutant, mutant.Count, 0);
                    break;
                default:
                    mutant[at] = Opcodes[random.Next(Opcodes.Length)];
                    break;
            }
        }
        return [.. mutant];
    }

    [GeneratedRegex("""-?[0-9.eE+]+|"(?:[^"\\]|\\.)*"|[a-z]+|\s+|.""", RegexOptions.Singleline)]
    private static partial Regex Tokens();
}

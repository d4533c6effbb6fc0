// Writes JSON in the one form that RFC 8785 (JSON Canonicalization Scheme) allows, so that equal documents have equal bytes.
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tlpipe.Engine.Identity;

/// <summary>RFC 8785: keys sorted by UTF-16 code units, numbers as ECMAScript prints doubles, nothing escaped that need not be, UTF-8.</summary>
public static class CanonicalJson
{
    /// <summary>The canonical bytes of a document.</summary>
    /// <exception cref="ArgumentException">
    /// Text with half a surrogate pair, a number that is not finite, or an integer whose digits a double would change;
    /// RFC 8785 has no form for any of them. Such integers must be text.
    /// </exception>
    public static byte[] Bytes(JsonNode? node) => Encoding.UTF8.GetBytes(Text(node));

    /// <summary>The canonical form as text.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Bytes"/>.</exception>
    public static string Text(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                WriteObject(members, text);
                break;
            case JsonArray items:
                WriteArray(items, text);
                break;
            default:
                WriteValue(node.AsValue(), text);
                break;
        }
    }

    private static void WriteObject(JsonObject members, StringBuilder text)
    {
        text.Append('{');
        var separator = "";
        // StringComparer.Ordinal compares UTF-16 code units, which is RFC 8785 section 3.2.3.
        foreach (var name in Names(members))
        {
            text.Append(separator);
            WriteText(name, text);
            text.Append(':');
            Write(members[name], text);
            separator = ",";
        }
        text.Append('}');
    }

    private static string[] Names(JsonObject members)
    {
        var names = new string[members.Count];
        var at = 0;
        foreach (var (name, _) in members)
            names[at++] = name;
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private static void WriteArray(JsonArray items, StringBuilder text)
    {
        text.Append('[');
        var separator = "";
        foreach (var item in items)
        {
            text.Append(separator);
            Write(item, text);
            separator = ",";
        }
        text.Append(']');
    }

    private static void WriteValue(JsonValue value, StringBuilder text)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.True:
                text.Append("true");
                break;
            case JsonValueKind.False:
                text.Append("false");
                break;
            case JsonValueKind.Number:
                text.Append(Number(value));
                break;
            case JsonValueKind.String:
                WriteText(value.TryGetValue<string>(out var content) ? content : value.ToString(), text);
                break;
            default:
                throw new ArgumentException($"JSON has no {value.GetValueKind()}");
        }
    }

    private static void WriteText(string value, StringBuilder text)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (char.IsSurrogate(c))
            {
                if (i + 1 == value.Length || !char.IsSurrogatePair(c, value[i + 1]))
                    throw new ArgumentException("text with half a surrogate pair has no canonical form");
                text.Append(c).Append(value[++i]);
                continue;
            }
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }

    private static string Number(JsonValue value)
    {
        // A value may hold any numeric type or parsed text; its JSON text is what they have in common.
        var written = value.ToJsonString();
        var canonical = Number(double.Parse(written, NumberStyles.Float, CultureInfo.InvariantCulture));
        var isInteger = written.AsSpan().IndexOfAnyExcept("-0123456789") < 0;
        if (isInteger && canonical != written && written != "-0")
            throw new ArgumentException($"the integer {written} cannot be represented exactly as a JSON number; use a string");
        return canonical;
    }

    /// <summary>A double as ECMAScript's Number::toString prints it (ECMA-262, section 6.1.6.1.20, radix 10).</summary>
    internal static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException("a number that is not finite has no canonical form");
        if (value == 0)
            return "0";
        // "R" gives the shortest digits that read back as the same double; only their layout differs from ECMAScript's.
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var mantissa = shortest.Split('E')[0];
        var exponent = shortest.Contains('E') ? int.Parse(shortest.Split('E')[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var point = mantissa.IndexOf('.') is var at && at < 0 ? mantissa.Length : at;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        // The value is 0.digits times ten to the power n.
        var n = point - (all.Length - digits.Length) + exponent;
        return (value < 0 ? "-" : "") + Layout(digits.TrimEnd('0'), n);
    }

    private static string Layout(string digits, int n)
    {
        var k = digits.Length;
        if (n is > 0 and <= 21)
            return k <= n ? digits + new string('0', n - k) : $"{digits[..n]}.{digits[n..]}";
        if (n is > -6 and <= 0)
            return $"0.{new string('0', -n)}{digits}";
        var exponent = (n - 1).ToString("+0;-0", CultureInfo.InvariantCulture);
        return k == 1 ? $"{digits}e{exponent}" : $"{digits[..1]}.{digits[1..]}e{exponent}";
    }
}

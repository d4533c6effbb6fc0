// Writes nodes as YAML.
using System.Text;
using System.Text.RegularExpressions;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>Writes nodes as YAML in block style, short lists in brackets.</summary>
/// <param name="writer">Receives the lines.</param>
/// <param name="origins">Whether each value is followed by a comment with its origin.</param>
/// <param name="isResolved">Whether <c>$(</c> in texts stands for those letters.</param>
internal sealed partial class NodeWriter(TextWriter writer, bool origins, bool isResolved)
{
    private const int LongestFlow = 100;

    /// <summary>Words that some reader of YAML does not take for text.</summary>
    private static readonly string[] Words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"];

    public void Write(Node node)
    {
        if (node is MappingNode { Entries.IsEmpty: false } mapping)
            WriteMapping(mapping, 0);
        else if (node is ListNode list && Flow(list) is null)
            WriteList(list, 0);
        else
            writer.WriteLine((node is ScalarNode scalar ? scalar.Text : Inline(node)) + Comment(node));
    }

    public static ValueOrigin OriginOf(Node node) =>
        node.Location is null && node.Origin is null ? ValueOrigin.Default : ValueOrigin.Of(node);

    public static bool IsJsonNumber(string text) => JsonNumber().IsMatch(text);

    private void WriteMapping(MappingNode mapping, int indent)
    {
        foreach (var (key, _, value) in mapping.Entries)
            WriteBelow($"{new string(' ', indent)}{Text(key, isKey: true)}:", value, indent + 2);
    }

    private void WriteBelow(string head, Node value, int indent)
    {
        if (value is MappingNode { Entries.IsEmpty: false } mapping)
        {
            writer.WriteLine(head);
            WriteMapping(mapping, indent);
        }
        else if (value is ListNode list && Flow(list) is null)
        {
            writer.WriteLine(head + Comment(list));
            WriteList(list, indent);
        }
        else
        {
            writer.WriteLine($"{head} {Inline(value)}{Comment(value)}");
        }
    }

    private void WriteList(ListNode list, int indent)
    {
        foreach (var element in list.Elements)
            if (element is MappingNode { Entries.IsEmpty: false } mapping)
            {
                writer.WriteLine($"{new string(' ', indent)}-");
                WriteMapping(mapping, indent + 2);
            }
            else
            {
                WriteBelow($"{new string(' ', indent)}-", element, indent + 2);
            }
    }

    private string Comment(Node node) => origins && node is not MappingNode { Entries.IsEmpty: false } ? $"  # {OriginOf(node)}" : "";

    private string Inline(Node node) => node switch
    {
        ScalarNode { Quoted: false, IsNull: true } => "null",
        ScalarNode { Quoted: false } scalar when IsSingleLine(scalar.Text) => scalar.Text,
        ScalarNode scalar => Text(scalar.Text),
        SecretNode secret => new Secret(secret.Variable).ToString(),
        ListNode list => Flow(list) ?? "[]",
        _ => "{}",
    };

    /// <summary>A short list of simple values in brackets, or null.</summary>
    private string? Flow(ListNode list)
    {
        var parts = new List<string>();
        foreach (var element in list.Elements)
        {
            if (element is not ScalarNode scalar)
                return null;
            var part = Inline(scalar);
            if (part[0] != '"' && !FlowSafe().IsMatch(part))
                return null;
            parts.Add(part);
        }
        var flow = $"[{string.Join(", ", parts)}]";
        return flow.Length <= LongestFlow ? flow : null;
    }

    /// <summary>Text that is read back as text: quoted if it would otherwise be something else.</summary>
    private string Text(string text, bool isKey = false)
    {
        if (isResolved && !isKey)
            text = text.Replace("$(", "$$(", StringComparison.Ordinal);
        return Plain().IsMatch(text) && !Words.Contains(text.ToLowerInvariant()) && !text.EndsWith(':') ? text : Quoted(text);
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF' => $"\\u{(int)letter:X4}",
                _ => letter.ToString(),
            });
        return quoted.Append('"').ToString();
    }

    private static bool IsSingleLine(string text) => text.Length > 0 && !text.Any(char.IsControl);

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();

    /// <summary>Letters that have no special meaning in YAML at any position.</summary>
    [GeneratedRegex(@"^[0-9]+(s|min|h)$|^[\p{L}_/$.][\p{L}\p{Nd}_/$.()=!<>*+~^;@-]*(:[\p{L}\p{Nd}_/$.()*-]+)*( [\p{L}\p{Nd}_/$.()=!<>*+;-]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^[^\s,\[\]{}#&*!|>'""%@`:][^,\[\]{}#]*$", RegexOptions.CultureInvariant)]
    private static partial Regex FlowSafe();
}

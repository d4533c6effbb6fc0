// Says in plain words, and at the right place, what keeps a text from being YAML.
using Tlpipe.Engine.Diagnostics;
using YamlDotNet.Core;

namespace Tlpipe.Engine.Config;

/// <summary>Says in plain words, and at the right place, what keeps a text from being YAML.</summary>
internal static class YamlProblem
{
    private const string Unknown = "this is not YAML; look at the indentation, and at quotes or brackets that are not closed";

    public static PipelineException Describe(string file, string text, YamlException problem)
    {
        var message = problem.Message;
        if (message.Contains("tab", StringComparison.Ordinal) && message.Contains("indentation", StringComparison.Ordinal))
            return Tab(file, text, problem.Start);
        var words =
            Says("did not find expected key") ? "a key of the mapping was expected here; look at the indentation, and at quotes or brackets that are not closed"
            : Says("did not find expected '-'") ? "an element of the list was expected here; begin it with '- ' at the list's indentation"
            : Says("did not find expected ',' or '}'") ? "the mapping is not closed; a ',' or '}' is missing here or before"
            : Says("did not find expected ',' or ']'") ? "the list is not closed; a ',' or ']' is missing here or before"
            : Says("did not find expected node content") ? "a value was expected here; put text that begins like this in quotes"
            : Says("unexpected end of stream") ? "the text that begins here is not closed; its quote is missing"
            : Says("found invalid mapping") ? "a ':' cannot stand here; put text with ': ' in quotes, or look at the indentation"
            : Says("cannot start any token") ? "this character cannot begin a value; put the text in quotes"
            : Says("unknown escape") ? "this escape does not exist; in double quotes write \\\\ for a backslash"
            : Says("block scalar") ? "behind '|' or '>' the text begins on the next line; put text that begins with one of them in quotes"
            : Says("anchor or alias") ? "'&' and '*' begin anchors and aliases; put text that begins with one of them in quotes"
            : Unknown;
        if (words.StartsWith("the mapping is not closed", StringComparison.Ordinal) && AnchorBefore(text, (int)problem.Start.Index) is { } anchor)
            return Anchor(file, text, anchor);
        return At(file, problem.Start, words);

        bool Says(string part) => message.Contains(part, StringComparison.Ordinal);
    }

    /// <summary>The place of an earlier anchor in the same part of the mapping: YamlDotNet mis-parses text after it (its issue 949).</summary>
    private static int? AnchorBefore(string text, int at)
    {
        var before = text[..Math.Min(at, text.Length)];
        var ampersand = before.LastIndexOf(": &", StringComparison.Ordinal);
        return ampersand >= 0 && before.IndexOfAny(['\n', '{'], ampersand) < 0 ? ampersand + 2 : null;
    }

    private static PipelineException Anchor(string file, string text, int at)
    {
        var before = text.AsSpan(0, at);
        var location = new SourceLocation(file, before.Count('\n') + 1, at - before.LastIndexOf('\n'));
        return new PipelineException(
            location, ErrorCode.Syntax, "an anchor (&name) cannot be read within braces; write this mapping line by line, or use a property: $(name)");
    }

    /// <summary>The parser lost its way without saying why: it does so at a key within a list that is not closed.</summary>
    public static PipelineException Describe(string file, Mark lastGood) =>
        At(file, lastGood, "a '[' or '{' near this place is not closed");

    /// <summary>The parser tells where the text before the tab begins.</summary>
    private static PipelineException Tab(string file, string text, Mark start)
    {
        var tab = text.IndexOf('\t', Math.Min((int)start.Index, text.Length));
        if (tab < 0)
            return At(file, start, Unknown);
        var line = (int)start.Line + text[(int)start.Index..tab].Count(letter => letter == '\n');
        var location = new SourceLocation(file, line, tab - text.LastIndexOf('\n', tab));
        return new PipelineException(location, ErrorCode.Syntax, "a tab stands here; YAML is indented with spaces");
    }

    private static PipelineException At(string file, Mark mark, string words) =>
        new(new SourceLocation(file, (int)mark.Line, (int)mark.Column), ErrorCode.Syntax, words);
}

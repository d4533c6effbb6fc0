// Says in plain words what keeps a text from being YAML.
using YamlDotNet.Core;

namespace Tlpipe.Engine.Config;

/// <summary>Says in plain words what keeps a text from being YAML.</summary>
internal static class YamlProblem
{
    public static string InWords(YamlException problem, string text)
    {
        var at = (int)problem.Start.Index;
        var message = problem.Message;
        return text.ElementAtOrDefault(at) == '\t' ? "a tab stands here; YAML is indented with spaces"
            : Says("did not find expected key") ? "a key of the mapping was expected here; look at the indentation, and at quotes or brackets that are not closed"
            : Says("did not find expected '-'") ? "an element of the list was expected here; begin it with '- ' at the list's indentation"
            : Says("did not find expected ',' or '}'") ? "the mapping is not closed; a ',' or '}' is missing here or before"
            : Says("did not find expected ',' or ']'") ? "the list is not closed; a ',' or ']' is missing here or before"
            : Says("unexpected end of stream") ? "the text that begins here is not closed; its quote is missing"
            : Says("mapping values are not allowed") ? "a ':' cannot stand here; put text with ': ' in quotes, or look at the indentation"
            : Says("could not find expected ':'") ? "this key has no ':'; write 'key: value'"
            : Says("cannot start any token") ? "this character cannot begin a value; put the text in quotes"
            : Says("unknown escape") ? "this escape does not exist; in double quotes write \\\\ for a backslash"
            : "this is not YAML; look at the indentation, and at quotes or brackets that are not closed";

        bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
    }
}

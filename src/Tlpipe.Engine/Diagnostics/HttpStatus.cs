// What a server's status code means, in this program's own words.
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Tlpipe.Engine.Diagnostics;

/// <summary>Status codes in messages. A server's own phrase is never shown: it may repeat the request's password, or hold anything.</summary>
internal static partial class HttpStatus
{
    /// <summary>Code and meaning, such as <c>404 Not Found</c>; the code alone where it has no common meaning.</summary>
    public static string Text(HttpStatusCode status)
    {
        var code = ((int)status).ToString(CultureInfo.InvariantCulture);
        return Enum.GetName(status) is { } name ? $"{code} {WordEnd().Replace(name, " ")}" : code;
    }

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordEnd();
}

// A password or token: named in a config, read from the environment, and written nowhere.
using System.Text.Encodings.Web;
using System.Text.Json;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>
/// A password or token that a config names as <c>!secret env:NAME</c>. An option of this type is never part of a key; requests to child
/// processes, resolved configs and messages have the variable's name, and the value is read only when it is used.
/// </summary>
/// <param name="Variable">The environment variable that holds it.</param>
public sealed record Secret(string Variable)
{
    private const string Mask = "***";

    /// <summary>Shorter values would hide letters of ordinary words.</summary>
    private const int ShortestMasked = 4;

    private static readonly Lock Revealing = new();
    private static readonly HashSet<string> Revealed = new(StringComparer.Ordinal);

    /// <summary>Its value; from now on it is hidden in this process's output.</summary>
    /// <exception cref="PipelineException">The environment variable is not set.</exception>
    public string Reveal()
    {
        var value = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(value))
            throw new PipelineException(null, ErrorCode.UndefinedProperty, $"the environment variable '{Variable}', which holds a secret, is not set; set it and run again");
        lock (Revealing)
            Revealed.Add(value);
        return value;
    }

    /// <summary>A text without the value of any secret that this process has revealed.</summary>
    public static string Redact(string text)
    {
        lock (Revealing)
            foreach (var value in Revealed)
                if (value.Length >= ShortestMasked)
                    foreach (var form in Forms(value))
                        text = text.Replace(form, Mask, StringComparison.Ordinal);
        return text;
    }

    /// <summary>A value as it is, and as JSON writes it, in which quotation marks and some other signs are escaped.</summary>
    private static IEnumerable<string> Forms(string value) =>
        [value, JsonEncodedText.Encode(value).Value, JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value];

    /// <summary>As a config writes it; never its value.</summary>
    public override string ToString() => $"!secret env:{Variable}";
}

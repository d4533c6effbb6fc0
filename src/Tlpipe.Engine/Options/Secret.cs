// A password or token: named in a config, read from the environment, and written nowhere.
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
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
    private static readonly HashSet<string> Users = new(StringComparer.Ordinal);

    // A child process or a library may repeat it though this process never asks for it.
    private static readonly Lazy<bool> Inherited = new(() =>
    {
        foreach (var name in (string[])["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"])
            Hide(Environment.GetEnvironmentVariable(name));
        return true;
    });

    /// <summary>Its value; from now on it is hidden in this process's output.</summary>
    /// <exception cref="PipelineException">The environment variable is not set.</exception>
    public string Reveal()
    {
        var value = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(value))
            throw new PipelineException(null, ErrorCode.UndefinedProperty, $"the environment variable '{Variable}', which holds a secret, is not set; set it and run again");
        Hide(value);
        return value;
    }

    /// <summary>
    /// Hides a value from now on, and what of it says as much: the token of <c>Bearer TOKEN</c>, the user and password of <c>Basic BASE64</c>, the password of
    /// <c>user:password</c>.
    /// </summary>
    public static void Hide(string? value)
    {
        var clean = value?.Trim() ?? "";
        if (clean.Length == 0)
            return;
        List<string> parts = [clean];
        if (clean.IndexOf(' ') is > 0 and var space)
            parts.Add(clean[(space + 1)..].Trim());
        var bytes = new byte[clean.Length];
        if (clean.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) && Convert.TryFromBase64String(parts[^1], bytes, out var length))
            parts.Add(Encoding.UTF8.GetString(bytes, 0, length));
        var credentials = parts[^1];
        var user = "";
        if (credentials.IndexOf(':') is >= 0 and var colon)
        {
            user = credentials[..colon];
            parts.Add(credentials[(colon + 1)..]);
            parts.Add(Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        }
        lock (Revealing)
        {
            Revealed.UnionWith(parts.Where(part => part.Length >= ShortestMasked));
            if (user.Length >= ShortestMasked)
                Users.Add(user);
        }
    }

    /// <summary>Hides the user and password of an address, as it is written and as it is meant.</summary>
    public static void HideIn(string? address)
    {
        if (address is null || address.IndexOf("://", StringComparison.Ordinal) is < 0)
            return;
        var server = address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..];
        if (server.IndexOfAny(['/', '?', '#']) is >= 0 and var end)
            server = server[..end];
        if (server.LastIndexOf('@') is > 0 and var at)
        {
            Hide(server[..at]);
            Hide(Uri.UnescapeDataString(server[..at]));
        }
    }

    /// <summary>A text without the value of any secret that this process has revealed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="users">Whether names of users are hidden, too; they may be words of a record's own.</param>
    public static string Redact(string text, bool users = true)
    {
        _ = Inherited.Value;
        lock (Revealing)
        {
            // The whole before its parts.
            foreach (var value in Revealed.OrderByDescending(value => value.Length))
                foreach (var form in Forms(value))
                    text = text.Replace(form, Mask, StringComparison.Ordinal);
            foreach (var user in users ? Users : [])
                text = Regex.Replace(text, $@"(?<!\w){Regex.Escape(user)}(?!\w)", Mask);
        }
        return text;
    }

    /// <summary>A value as it is, and as JSON writes it, in which quotation marks and some other signs are escaped.</summary>
    private static IEnumerable<string> Forms(string value) =>
        [value, Uri.EscapeDataString(value), JsonEncodedText.Encode(value).Value, JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value];

    /// <summary>As a config writes it; never its value.</summary>
    public override string ToString() => $"!secret env:{Variable}";
}

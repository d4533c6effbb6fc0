// The environment variables of Hugging Face's hub, as its Python library reads them (docs/hf-parity.md 15.1).
using System.Globalization;
using System.Text.RegularExpressions;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Stages.Hub;

/// <summary>Where the hub and its cache are, and what may be sent there.</summary>
internal sealed partial record HubSettings
{
    private const string DefaultEndpoint = "https://huggingface.co";
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    private static readonly string[] TrueWords = ["1", "ON", "YES", "TRUE"];

    /// <summary>The folder that holds <c>models--org--name</c>: HF_HUB_CACHE, else HUGGINGFACE_HUB_CACHE, else HF_HOME/hub.</summary>
    public required string Cache { get; init; }

    /// <summary>The folder for files fetched by address: tlpipe/downloads in XDG_CACHE_HOME or ~/.cache.</summary>
    public required string Downloads { get; init; }

    /// <summary>The hub: HF_ENDPOINT. Default: https://huggingface.co.</summary>
    public Uri Endpoint { get; init; } = new(DefaultEndpoint);

    /// <summary>Whether the network must not be used: HF_HUB_OFFLINE, else TRANSFORMERS_OFFLINE.</summary>
    public bool Offline { get; init; }

    /// <summary>How long to wait for an answer to begin: HF_HUB_ETAG_TIMEOUT. Default: 10 s.</summary>
    public TimeSpan EtagTimeout { get; init; } = DefaultTimeout;

    /// <summary>How long to wait for the next bytes of a file: HF_HUB_DOWNLOAD_TIMEOUT. Default: 10 s.</summary>
    public TimeSpan DownloadTimeout { get; init; } = DefaultTimeout;

    /// <summary>HF_TOKEN, else HUGGING_FACE_HUB_TOKEN; null where only a file can have one.</summary>
    private string? TokenVariable { get; init; }

    /// <summary>The file with a token: HF_TOKEN_PATH. Default: HF_HOME/token.</summary>
    private string? TokenFile { get; init; }

    /// <summary>The settings of this process.</summary>
    /// <exception cref="PipelineException">A variable has an invalid value.</exception>
    public static HubSettings FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>The settings that environment variables give.</summary>
    /// <exception cref="PipelineException">A variable has an invalid value.</exception>
    public static HubSettings From(Func<string, string?> environment)
    {
        string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;
        string Expanded(string path) => Path.GetFullPath(Expand(path, Variable));

        var cacheHome = Expanded(Variable("XDG_CACHE_HOME") ?? "~/.cache");
        var home = Expanded(Variable("HF_HOME") ?? Path.Combine(cacheHome, "huggingface"));
        var sendsToken = !IsTrue(Variable("HF_HUB_DISABLE_IMPLICIT_TOKEN"));
        return new HubSettings
        {
            Cache = Expanded(Variable("HF_HUB_CACHE") ?? Variable("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub")),
            Downloads = Path.Combine(cacheHome, "tlpipe", "downloads"),
            Endpoint = Address(Variable("HF_ENDPOINT") ?? DefaultEndpoint),
            Offline = IsTrue(Variable("HF_HUB_OFFLINE") ?? Variable("TRANSFORMERS_OFFLINE")),
            EtagTimeout = Seconds("HF_HUB_ETAG_TIMEOUT", Variable),
            DownloadTimeout = Seconds("HF_HUB_DOWNLOAD_TIMEOUT", Variable),
            TokenVariable = sendsToken ? Clean(Variable("HF_TOKEN") ?? Variable("HUGGING_FACE_HUB_TOKEN")) : null,
            TokenFile = sendsToken ? Expanded(Variable("HF_TOKEN_PATH") ?? Path.Combine(home, "token")) : null,
        };
    }

    /// <summary>The token for the hub, or null. It is read when needed and not kept.</summary>
    public string? ReadToken()
    {
        var token = TokenVariable ?? TokenInFile();
        Secret.Hide(token);
        return token;
    }

    /// <summary>Without the token.</summary>
    public override string ToString() => $"{Endpoint} with {Cache}";

    private string? TokenInFile()
    {
        if (TokenFile is null)
            return null;
        try
        {
            return File.Exists(TokenFile) ? Clean(File.ReadAllText(TokenFile)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(null, ErrorCode.Denied, $"the token file {TokenFile} cannot be read ({e.Message}); make it readable, or set HF_TOKEN");
        }
    }

    private static bool IsTrue(string? value) => value is not null && TrueWords.Contains(value.ToUpperInvariant());

    private static string? Clean(string? token)
    {
        var clean = token?.ReplaceLineEndings("").Trim();
        return string.IsNullOrEmpty(clean) ? null : clean;
    }

    private static Uri Address(string text)
    {
        Secret.HideIn(text);
        return Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new PipelineException(null, ErrorCode.BadValue, $"HF_ENDPOINT is '{text}', which is not an address; set it to one such as {DefaultEndpoint}");
    }

    private static TimeSpan Seconds(string name, Func<string, string?> variable)
    {
        if (variable(name) is not { } text)
            return DefaultTimeout;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86400)
            return TimeSpan.FromSeconds(seconds);
        throw new PipelineException(null, ErrorCode.BadValue, $"{name} is '{text}', which is not a number of seconds; set it to one such as 10");
    }

    /// <summary>As os.path.expanduser and expandvars: an unset variable stays as written.</summary>
    private static string Expand(string path, Func<string, string?> variable)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal))
            path = (variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)) + path[1..];
        return VariablePattern().Replace(path, match => variable(match.Groups[1].Value + match.Groups[2].Value) ?? match.Value);
    }

    [GeneratedRegex(@"\$(?:(\w+)|\{([^}]*)\})")]
    private static partial Regex VariablePattern();
}

// runtime.remote: a store that several machines share.

namespace Tlpipe.Engine.Options;

/// <summary>When results are sent to a shared store.</summary>
public enum PushPolicy
{
    /// <summary>Never: it is only read.</summary>
    Never,

    /// <summary>Once a stage of this run has computed its result.</summary>
    OnSuccess,
}

/// <summary>What is taken from a shared store.</summary>
public enum DownloadPolicy
{
    /// <summary>The files of the results that were asked for, and of those that a stage has to read which runs here.</summary>
    Needed,

    /// <summary>The files of all results.</summary>
    All,
}

/// <summary>A shared store. None of this is part of a result's identity.</summary>
public sealed record RemoteOptions
{
    /// <summary>Its address, such as <c>https://cache.example.org/tlpipe</c>; <c>/ac/…</c> and <c>/cas/…</c> are below it.</summary>
    public required string Url { get; init; }

    /// <summary>When results are sent to it: <c>never</c> or <c>on-success</c>. Default never.</summary>
    public PushPolicy Push { get; init; } = PushPolicy.Never;

    /// <summary>
    /// What is taken from it: <c>needed</c> (the files of the results that were asked for, by default those on which no other stage depends, and what
    /// stages read that run here) or <c>all</c>. Default needed.
    /// </summary>
    public DownloadPolicy Download { get; init; } = DownloadPolicy.Needed;

    /// <summary>The value of the Authorization header, a secret such as <c>!secret env:CACHE_TOKEN</c> with <c>Bearer …</c> in the variable. Default: none.</summary>
    public Secret? Authorization { get; init; }

    internal IEnumerable<OptionMistake> Check()
    {
        Secret.HideIn(Url);
        if (!IsAddress(Url))
            yield return new OptionMistake("remote.url", "that is not an address of a shared store; write one such as https://cache.example.org/tlpipe");
        // A config is kept with every run, and shown.
        else if (new Uri(Url).UserInfo.Length > 0)
            yield return new OptionMistake("remote.url", "the address holds a name or password, which would stand in the record of every run; write authorization: !secret env:NAME instead");
    }

    /// <summary>Whether a text is an address that can be asked.</summary>
    public static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0;
}

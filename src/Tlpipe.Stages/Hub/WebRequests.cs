// HTTP as the hub needs it: the token for the hub alone, redirects by hand, time limits, and another try where that may help.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Polly;
using Polly.Retry;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats.Units;

namespace Tlpipe.Stages.Hub;

/// <summary>Sends requests.</summary>
/// <param name="settings">The hub, its token and the time limits.</param>
/// <param name="clock">Measures the waiting between tries.</param>
/// <param name="report">Receives notes about waiting.</param>
internal sealed class WebRequests(HubSettings settings, TimeProvider clock, Action<StageEvent> report) : IDisposable
{
    private const int MaxRedirects = 10;
    private const int MaxTries = 5;
    private const int LongestText = 64 << 20;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private readonly Lazy<string?> token = new(settings.ReadToken);
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = settings.EtagTimeout, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Whether there is a token for the hub.</summary>
    public bool HasToken => token.Value is not null;

    /// <summary>
    /// Sends one request and follows redirects. The token goes to the hub's own scheme, host and port and nowhere else. A HEAD does not follow
    /// redirects to another host: the redirect itself has the answer (docs/hf-parity.md 15.3).
    /// </summary>
    /// <returns>The answer.</returns>
    /// <exception cref="UnreachableException">There is no answer, or one that asks to retry later.</exception>
    public async Task<HttpResponseMessage> Send(HttpMethod method, Uri address, Action<HttpRequestHeaders>? headers, CancellationToken stopping)
    {
        for (var hops = 0; hops <= MaxRedirects; hops++)
        {
            var response = await SendOnce(method, address, headers, stopping);
            if ((int)response.StatusCode is < 300 or > 399 || response.StatusCode == HttpStatusCode.NotModified || response.Headers.Location is not { } location)
                return Settled(response, address);
            var next = location.IsAbsoluteUri ? location : new Uri(address, location);
            if (method == HttpMethod.Head && !SameServer(next, address))
                return response;
            response.Dispose();
            // No other try would change these.
            if (next.Scheme != Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttp)
                throw Astray($"{address.Host} redirects to an address of the kind {next.Scheme}:, which is not of the web");
            if (next.Scheme != Uri.UriSchemeHttps && (next.Scheme != Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
                throw Astray($"{address.Host} redirects to {next.Scheme}://{next.Host}, which is not encrypted");
            address = next;
        }
        throw Astray($"{address.Host} leads in circles");
    }

    private static PipelineException Astray(string what) => new(null, ErrorCode.Unreachable, $"{what}; check the address, HF_ENDPOINT and proxies");

    /// <summary>The body of a small answer, in UTF-8; null if it is longer than an answer may be.</summary>
    /// <exception cref="UnreachableException">It did not come.</exception>
    public Task<string?> ReadText(HttpResponseMessage response, string host, CancellationToken stopping) => Within(
        settings.DownloadTimeout, host,
        async cancellation =>
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            using var text = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
            {
                text.Write(buffer, 0, read);
                if (text.Length > LongestText)
                    return null;
            }
            return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        },
        stopping);

    /// <summary>Retries until it works, at most six times, waiting longer each time or as long as the server says.</summary>
    /// <param name="what">What to do.</param>
    /// <param name="patient">Whether to retry even where there seems to be no network.</param>
    /// <param name="stopping">Ends the waiting.</param>
    /// <exception cref="UnreachableException">It did not work.</exception>
    public async Task<T> Retry<T>(Func<CancellationToken, Task<T>> what, bool patient, CancellationToken stopping)
    {
        var retries = new RetryStrategyOptions
        {
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is UnreachableException e && !(e.RetryAfter > LongestWait) && (patient || !e.IsConnection || arguments.AttemptNumber == 0)),
            MaxRetryAttempts = MaxTries,
            BackoffType = DelayBackoffType.Exponential,
            Delay = FirstDelay,
            MaxDelay = LongestDelay,
            DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as UnreachableException)?.RetryAfter),
            OnRetry = arguments =>
            {
                report(new Warned($"{arguments.Outcome.Exception?.Message}; trying again in {Duration.Text(Math.Ceiling(arguments.RetryDelay.TotalSeconds))}"));
                return ValueTask.CompletedTask;
            },
        };
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(retries).Build();
        return await pipeline.ExecuteAsync(async cancellation => await what(cancellation), stopping);
    }

    /// <summary>Waits for a server with a time limit.</summary>
    /// <exception cref="UnreachableException">It took longer, or the connection broke.</exception>
    public static async Task<T> Within<T>(TimeSpan limit, string host, Func<CancellationToken, Task<T>> what, CancellationToken stopping)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        waiting.CancelAfter(limit);
        try
        {
            return await what(waiting.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new UnreachableException($"{host} sent nothing for {Duration.Text(limit.TotalSeconds)}");
        }
        catch (HttpRequestException e)
        {
            throw new UnreachableException($"{host} cannot be reached ({Words(e)})", cause: e)
            {
                IsConnection = e.InnerException is SocketException,
            };
        }
        catch (IOException e)
        {
            throw new UnreachableException($"the connection to {host} broke ({Words(e)})", cause: e);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendOnce(HttpMethod method, Uri address, Action<HttpRequestHeaders>? headers, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.UserAgent.ParseAdd("tlpipe");
        // Size and etag must be the file's, not those of a compressed form.
        request.Headers.AcceptEncoding.ParseAdd("identity");
        headers?.Invoke(request.Headers);
        if (SameServer(address, settings.Endpoint) && token.Value is { } secret)
        {
            try
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
            }
            catch (FormatException)
            {
                throw new PipelineException(null, ErrorCode.Denied, "the token of the hub has characters that no token has; set HF_TOKEN to one from the hub's settings");
            }
        }
        return await Within(settings.EtagTimeout, address.Host, cancellation => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation), stopping);
    }

    private HttpResponseMessage Settled(HttpResponseMessage response, Uri address)
    {
        if (response.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests) && (int)response.StatusCode < 500)
            return response;
        using (response)
        {
            var wanted = response.Headers.RetryAfter;
            var wait = wanted?.Delta ?? (wanted?.Date is { } date ? date - clock.GetUtcNow() : null);
            throw new UnreachableException($"{address.Host} answers {Status(response)}", wait < TimeSpan.Zero ? TimeSpan.Zero : wait);
        }
    }

    /// <summary>An answer's status: <c>404 Not Found</c>.</summary>
    public static string Status(HttpResponseMessage response) => HttpStatus.Text(response.StatusCode);

    private static bool SameServer(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>What the system says of a connection. The text of other exceptions may quote the server's answer.</summary>
    private static string Words(Exception e) => Innermost(e) is SocketException or AuthenticationException
        ? Innermost(e).Message.TrimEnd('.')
        : ((e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError) switch
        {
            HttpRequestError.ResponseEnded => "its answer ended early",
            HttpRequestError.InvalidResponse => "its answer is not HTTP",
            HttpRequestError.ConfigurationLimitExceeded => "its answer's head is too long",
            HttpRequestError.SecureConnectionError => "its certificate is not accepted",
            _ => "it does not answer as HTTP asks",
        };

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}

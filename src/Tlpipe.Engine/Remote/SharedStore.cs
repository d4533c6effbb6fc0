// A store that several machines share over HTTP, behind the local one: asked where that has nothing, and never in the way.
using System.Collections.Concurrent;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Remote;

/// <summary>What went over the network.</summary>
/// <param name="Found">Results whose records came from the shared store.</param>
/// <param name="Files">Files downloaded.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Sent">Results sent.</param>
/// <param name="SentBytes">Bytes of files sent.</param>
public sealed record RemoteTraffic(int Found, int Files, long Bytes, int Sent, long SentBytes);

/// <summary>
/// Looks for records, brings the files of those that are needed, and sends what was computed. Every file is verified while it comes, and enters the
/// local store as a computed one does: blobs first, record last. Whatever fails is said once, and from then on the local store does alone.
/// </summary>
public sealed class SharedStore : IDisposable
{
    /// <summary>How long a server may be silent before the run goes on without it.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    private readonly ResultStore local;
    private readonly RemoteOptions options;
    private readonly HttpCache http;
    private readonly Action<string> warn;
    private readonly ConcurrentDictionary<string, StoredResult?> asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lock> bringing = new(StringComparer.Ordinal);
    private readonly BlockingCollection<StoredResult> toSend = [];
    private readonly Thread? sender;
    private int isBroken;
    private int isRefusing;
    private int isDamaged;
    private int isUnsent;
    private int found;
    private int files;
    private long bytes;
    private int sent;
    private long sentBytes;

    /// <param name="local">The local store.</param>
    /// <param name="options">The shared store's address and how to use it.</param>
    /// <param name="warn">Told what is wrong, if anything is, each thing once; from any thread.</param>
    /// <param name="stopping">Ends all requests.</param>
    /// <param name="patience">How long the server may be silent; null means <see cref="DefaultPatience"/>.</param>
    public SharedStore(ResultStore local, RemoteOptions options, Action<string> warn, CancellationToken stopping, TimeSpan? patience = null)
    {
        this.local = local;
        this.options = options;
        this.warn = warn;
        http = new HttpCache(options.Url, options.Authorization?.Reveal(), patience ?? DefaultPatience, stopping);
        if (options.Push == PushPolicy.Never)
            return;
        sender = new Thread(Send) { IsBackground = true, Name = "results to the shared store" };
        sender.Start();
    }

    /// <summary>Its address, without credentials.</summary>
    public string Address => http.Address;

    /// <summary>Whether the files of results that nobody asked for are brought, too.</summary>
    public bool BringsAll => options.Download == DownloadPolicy.All;

    /// <summary>What went over the network so far.</summary>
    public RemoteTraffic Traffic => new(found, files, bytes, sent, Interlocked.Read(ref sentBytes));

    /// <summary>The record of a key; null where the shared store has none, or cannot be asked. Its files may be nowhere here.</summary>
    public StoredResult? Find(string key)
    {
        if (asked.TryGetValue(key, out var known) || isBroken != 0)
            return isBroken != 0 ? null : known;
        try
        {
            var entry = http.Get($"ac/{key}");
            var result = entry is null ? null : ActionResult.Read(entry, key);
            if (entry is not null && result is null)
                WarnOnce(ref isDamaged, $"has a damaged record of {key[..12]}; it is passed over");
            if (asked.TryAdd(key, result) && result is not null)
                Interlocked.Increment(ref found);
            return result;
        }
        catch (RemoteFaultException e)
        {
            GiveUp(e);
            return null;
        }
    }

    /// <summary>Makes a result that was found a local one: brings the files that are not here, then writes its record.</summary>
    /// <returns>False where a file is missing there or the server failed: the result counts as not found from then on.</returns>
    /// <exception cref="PipelineException">The local store cannot be written to.</exception>
    public bool Bring(StoredResult result)
    {
        lock (bringing.GetOrAdd(result.Key, _ => new Lock()))
        {
            if (local.Find(result.Key) is not null)
                return true;
            if (isBroken == 0 && TryBring(result))
                return true;
            asked[result.Key] = null;
            return false;
        }
    }

    /// <summary>Has a result sent, where results are; returns at once.</summary>
    public void Push(StoredResult result)
    {
        if (sender is not null && isBroken == 0)
            toSend.Add(result);
    }

    /// <summary>Waits until everything is sent that is to be.</summary>
    public void Finish()
    {
        if (toSend.IsAddingCompleted)
            return;
        toSend.CompleteAdding();
        sender?.Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Finish();
        http.Dispose();
        toSend.Dispose();
    }

    private bool TryBring(StoredResult result)
    {
        try
        {
            return ResultImport.Adopt(local, result, (blob, path) =>
            {
                if (!http.TryGetBlob(blob, path))
                    return false;
                Interlocked.Increment(ref files);
                Interlocked.Add(ref bytes, blob.Size);
                return true;
            });
        }
        catch (RemoteFaultException e) when (e.Fault == RemoteFault.Damaged)
        {
            WarnOnce(ref isDamaged, $"{e.Message}; the result is computed here");
            return false;
        }
        catch (RemoteFaultException e)
        {
            GiveUp(e);
            return false;
        }
    }

    private void Send()
    {
        foreach (var result in toSend.GetConsumingEnumerable())
        {
            try
            {
                if (isBroken == 0 && isRefusing == 0)
                    Send(result);
            }
            catch (RemoteFaultException e) when (e.Fault == RemoteFault.Refused)
            {
                // A server that lets itself only be read is still worth reading.
                WarnOnce(ref isRefusing, $"{e.Message} to what it was to store; nothing more is sent in this run");
            }
            catch (RemoteFaultException e)
            {
                GiveUp(e);
            }
            catch (DamagedResultException)
            {
                // It is not sent; whoever uses it next finds the same and has it computed again.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or PipelineException)
            {
                // The local store cannot be read; on this thread nobody else would hear of it.
                WarnOnce(ref isUnsent, $"was not sent {result.Key[..12]}: {e.Message}");
            }
            catch (OperationCanceledException)
            {
                // The next run that computes something new sends that; this result is sent by whoever computes it.
            }
        }
    }

    private void Send(StoredResult result)
    {
        // Others may already depend on the digests of the one that is there.
        if (http.Has($"ac/{result.Key}"))
            return;
        foreach (var (output, blob) in result.Outputs.SelectMany(o => o.Value.Files.Select(f => (o.Key, f))).DistinctBy(b => b.f.Sha256))
        {
            if (http.Has($"cas/{blob.Sha256}"))
                continue;
            local.Verify(result.Key, output, blob);
            http.Put($"cas/{blob.Sha256}", local.BlobPath(blob));
            Interlocked.Add(ref sentBytes, blob.Size);
        }
        http.Put($"ac/{result.Key}", ActionResult.Write(result));
        Interlocked.Increment(ref sent);
    }

    private void GiveUp(RemoteFaultException fault) =>
        WarnOnce(ref isBroken, $"{fault.Message}; this run goes on without it");

    private void WarnOnce(ref int told, string what)
    {
        if (Interlocked.Exchange(ref told, 1) == 0)
            warn($"the shared store {Address} {what}");
    }
}

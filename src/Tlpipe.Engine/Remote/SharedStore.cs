// A store that several machines share over HTTP, behind the local one: asked only if that lacks a result, and never blocking a run.
using System.Collections.Concurrent;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Remote;

/// <summary>The amount of data transferred.</summary>
/// <param name="Found">Results whose records came from the shared store.</param>
/// <param name="Files">Files downloaded.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Sent">Results sent.</param>
/// <param name="SentBytes">Bytes of files sent.</param>
public sealed record RemoteTraffic(int Found, int Files, long Bytes, int Sent, long SentBytes);

/// <summary>
/// Looks for records, downloads the needed files, and uploads computed results. Every file is verified during the download, and enters the
/// local store as a computed one does: blobs first, record last. A failure is reported once, and from then on only the local store is used.
/// </summary>
public sealed class SharedStore : IDisposable
{
    /// <summary>How long a server may be silent before the run continues without it.</summary>
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
    private int isTooLarge;
    private int isUnsent;
    private int found;
    private int files;
    private long bytes;
    private int sent;
    private long sentBytes;

    /// <param name="local">The local store.</param>
    /// <param name="options">The shared store's address and how to use it.</param>
    /// <param name="warn">Receives each warning once, from any thread.</param>
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

    /// <summary>Whether the files of results that were not requested are downloaded, too.</summary>
    public bool BringsAll => options.Download == DownloadPolicy.All;

    /// <summary>The amount of data transferred so far.</summary>
    public RemoteTraffic Traffic => new(found, files, bytes, sent, Interlocked.Read(ref sentBytes));

    /// <summary>The record of a key; null if the shared store has none or cannot be reached. Its files may not be in the local store.</summary>
    public StoredResult? Find(string key)
    {
        if (asked.TryGetValue(key, out var known) || isBroken != 0)
            return isBroken != 0 ? null : known;
        try
        {
            var entry = http.Get($"ac/{key}");
            var result = entry is not null && ActionResult.Read(entry) is { } record ? local.ReadRecord(record, key) : null;
            if (entry is not null && result is null)
                WarnOnce(ref isDamaged, $"has a record of {key[..12]} that is damaged or not one of its stage; it is passed over");
            if (asked.TryAdd(key, result) && result is not null)
                Interlocked.Increment(ref found);
            return result;
        }
        catch (RemoteFaultException e) when (e.Fault == RemoteFault.Damaged)
        {
            asked.TryAdd(key, null);
            WarnOnce(ref isDamaged, $"{e.Message}; it is passed over");
            return null;
        }
        catch (RemoteFaultException e)
        {
            GiveUp(e);
            return null;
        }
    }

    /// <summary>Imports a found result: downloads its missing files, then writes its record.</summary>
    /// <returns>False if a file is missing there or the server failed; the result counts as not found from then on.</returns>
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

    /// <summary>Queues a result for upload if uploads are on; returns at once.</summary>
    public void Push(StoredResult result)
    {
        if (sender is not null && isBroken == 0)
            toSend.Add(result);
    }

    /// <summary>Waits until all uploads are done.</summary>
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
        catch (PipelineException e) when (e.Diagnostics is [{ Code: ErrorCode.NoSpace }])
        {
            WarnOnce(ref isTooLarge, $"has {result.Key[..12]}, for which there is no room: {e.Diagnostics[0].Message}; the result is computed here");
            return false;
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
                // A read-only server is still useful.
                WarnOnce(ref isRefusing, $"{e.Message} to what it was to store; nothing more is sent in this run");
            }
            catch (RemoteFaultException e)
            {
                GiveUp(e);
            }
            catch (DamagedResultException)
            {
                // It is not sent; its next use finds the same damage and has it computed again.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or PipelineException)
            {
                // The local store cannot be read; without this the error would be lost on this thread.
                WarnOnce(ref isUnsent, $"was not sent {result.Key[..12]}: {e.Message}");
            }
            catch (OperationCanceledException)
            {
                // The next run sends whatever it computes; this result is sent by the next process that computes it.
            }
        }
    }

    private void Send(StoredResult result)
    {
        // Other results may already depend on the digests of the existing one.
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
        WarnOnce(ref isBroken, $"{fault.Message}; this run continues without it");

    private void WarnOnce(ref int told, string what)
    {
        if (Interlocked.Exchange(ref told, 1) == 0)
            warn($"the shared store {Address} {what}");
    }
}

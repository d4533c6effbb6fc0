// The runtime: and numerics: sections of a config.
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Tlpipe.Formats.Units;

namespace Tlpipe.Engine.Options;

/// <summary>Where and how to run. Nothing here is part of a result's identity.</summary>
public sealed record RuntimeOptions
{
    /// <summary>The device to compute on: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default auto.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The most time between two checkpoints of a training, and so what a kill costs at most: <c>30s</c>, <c>5min</c>, <c>2h</c>. Default 5min.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Threads to compute with. Default: all cores.</summary>
    [Range(1, int.MaxValue)]
    public int? Threads { get; init; }

    /// <summary>Cores that all stages which run at the same time may take together. Default: all.</summary>
    [Range(1, int.MaxValue)]
    public int? Cores { get; init; }

    /// <summary>Memory that all stages which run at the same time may take together, such as <c>24GB</c> or <c>16GiB</c>. Default: the machine's.</summary>
    public string? Memory { get; init; }

    /// <summary>A store that several machines share over HTTP. Default: none.</summary>
    public RemoteOptions? Remote { get; init; }

    /// <summary><see cref="Memory"/> in bytes; null if it is not a size with a unit. Without a unit <c>24</c> would be 24 bytes.</summary>
    public long? MemoryBytes => Memory is [.., >= 'A'] ? ByteSize.Parse(Memory) : null;

    internal IEnumerable<OptionMistake> Check()
    {
        if (Memory is not null && MemoryBytes is null)
            yield return new OptionMistake("memory", $"'{Memory}' is not an amount of memory; write one such as 512MB or 24GB");
        foreach (var mistake in Remote?.Check() ?? [])
            yield return mistake;
        var number = Device.StartsWith("cuda:", StringComparison.Ordinal) ? Device["cuda:".Length..] : null;
        if (number is null
            ? Device is not ("auto" or "cpu" or "cuda")
            : !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            yield return new OptionMistake("device", $"'{Device}' is not a device; use auto, cpu, cuda or cuda:N");
    }
}

/// <summary>The number formats of a computation.</summary>
public enum Dtype
{
    Fp32,
    Bf16,
    Fp16,
}

/// <summary>How numbers are computed: part of the identity of what stages with tensors make.</summary>
public sealed record NumericsOptions
{
    /// <summary>The number format: <c>fp32</c>, <c>bf16</c> or <c>fp16</c>. Default fp32.</summary>
    public Dtype Dtype { get; init; } = Dtype.Fp32;

    /// <summary>The format's word, as keys and child processes have it.</summary>
    public string Word => Dtype.ToString().ToLowerInvariant();
}

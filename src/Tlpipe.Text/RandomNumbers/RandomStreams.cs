// The streams of random numbers that Hugging Face's Trainer and its collators draw from.
using Tlpipe.Formats;

namespace Tlpipe.Text.RandomNumbers;

/// <summary>The states of a training's random streams.</summary>
/// <param name="Torch">torch's CPU generator.</param>
/// <param name="Python">Python's random module.</param>
/// <param name="Private">The collator's own generator; null where it has none.</param>
public sealed record RandomStreamStates(byte[] Torch, byte[] Python, byte[]? Private);

/// <summary>Torch's and Python's global streams, and a collator's own where it was given a seed.</summary>
/// <param name="torch">torch's CPU generator.</param>
/// <param name="python">Python's random module.</param>
/// <param name="collator">The collator's own generator, or null: it then draws from the global ones.</param>
public sealed class RandomStreams(TorchGenerator torch, PythonRandom python, TorchGenerator? collator = null)
{
    /// <summary>The streams as Trainer has them after it has set the seed.</summary>
    /// <param name="seed">Trainer's seed.</param>
    /// <param name="collatorSeed">The collator's own, or null.</param>
    public RandomStreams(long seed, long? collatorSeed = null)
        : this(new TorchGenerator((ulong)seed), new PythonRandom(seed), collatorSeed is { } own ? new TorchGenerator((ulong)own) : null)
    {
    }

    /// <summary>torch's CPU generator.</summary>
    public TorchGenerator Torch { get; private set; } = torch;

    /// <summary>Python's random module.</summary>
    public PythonRandom Python { get; private set; } = python;

    /// <summary>The collator's own generator; null where it has none.</summary>
    public TorchGenerator? Private { get; private set; } = collator;

    /// <summary>The generator that masks are drawn from.</summary>
    public TorchGenerator Masks => Private ?? Torch;

    /// <summary>Their states.</summary>
    public RandomStreamStates Save() => new(Torch.Save(), Python.Save(), Private?.Save());

    /// <summary>Restores their states.</summary>
    /// <exception cref="InputException">These are not states from <see cref="Save"/>.</exception>
    public void Restore(RandomStreamStates states)
    {
        Torch = TorchGenerator.Restore(states.Torch);
        Python = PythonRandom.Restore(states.Python);
        Private = states.Private is { } own ? TorchGenerator.Restore(own) : null;
    }
}

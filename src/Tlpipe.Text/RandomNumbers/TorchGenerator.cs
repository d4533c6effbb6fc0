// torch's CPU generator, draw for draw, without libtorch.
using System.Buffers.Binary;
using Tlpipe.Formats;

namespace Tlpipe.Text.RandomNumbers;

/// <summary>
/// <c>torch.Generator("cpu").manual_seed(seed)</c> (docs/hf-parity.md 4.4). It is independent of the process-wide generator of
/// libtorch, so that stages do not disturb each other.
/// </summary>
public sealed class TorchGenerator
{
    // The layout of torch.Generator.get_state(): seed, left, seeded, next, 624 words of 8 bytes, and 40 bytes of cached normal draws.
    private const int LeftOffset = 8;
    private const int SeededOffset = 12;
    private const int NextOffset = 16;
    private const int WordsOffset = 24;
    private const int NormalOffset = WordsOffset + MersenneTwister.StateWords * sizeof(ulong);
    private const int StateBytes = 5056;

    private readonly MersenneTwister twister;
    private readonly byte[] cachedNormals;

    /// <param name="seed">The seed; as in torch, the generator itself sees its low 32 bits.</param>
    public TorchGenerator(ulong seed)
    {
        InitialSeed = seed;
        twister = new MersenneTwister((uint)seed);
        cachedNormals = new byte[StateBytes - NormalOffset];
    }

    private TorchGenerator(ulong seed, MersenneTwister twister, byte[] cachedNormals)
    {
        InitialSeed = seed;
        this.twister = twister;
        this.cachedNormals = cachedNormals;
    }

    /// <summary>The seed.</summary>
    public ulong InitialSeed { get; }

    /// <summary>random(): the next 32 bits.</summary>
    public uint NextUInt32() => twister.NextUInt32();

    /// <summary>random64(): the next 64 bits, the high word first.</summary>
    public ulong NextUInt64()
    {
        var high = (ulong)twister.NextUInt32() << 32;
        return high | twister.NextUInt32();
    }

    /// <summary>torch.rand of float32: 24 random bits in [0, 1), one draw.</summary>
    public float NextSingle() => ToSingle(twister.NextUInt32());

    /// <summary>One element of torch.bernoulli(p) for float32 probabilities: one draw, also where p is 0 or 1.</summary>
    public bool Bernoulli(float probability) => NextSingle() < probability;

    /// <summary>torch.bernoulli(torch.full(n, probability)) for float32.</summary>
    public void FillBernoulli(Span<bool> destination, float probability)
    {
        Span<uint> bits = stackalloc uint[MersenneTwister.StateWords];
        while (!destination.IsEmpty)
        {
            var block = bits[..Math.Min(bits.Length, destination.Length)];
            twister.Fill(block);
            for (var i = 0; i < block.Length; i++)
                destination[i] = ToSingle(block[i]) < probability;
            destination = destination[block.Length..];
        }
    }

    /// <summary>torch.bernoulli(probabilities) for float32, element by element.</summary>
    public void FillBernoulli(Span<bool> destination, ReadOnlySpan<float> probabilities)
    {
        if (destination.Length != probabilities.Length)
            throw new ArgumentException($"{probabilities.Length} probabilities for {destination.Length} draws", nameof(probabilities));
        for (var i = 0; i < destination.Length; i++)
            destination[i] = NextSingle() < probabilities[i];
    }

    /// <summary>One element of torch.randint(high): a whole number from 0 to high - 1.</summary>
    public int RandInt(int high)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(high);
        return (int)(twister.NextUInt32() % (uint)high);
    }

    /// <summary>torch.randint(high, (n,)).</summary>
    public void FillRandInt(Span<int> destination, int high)
    {
        for (var i = 0; i < destination.Length; i++)
            destination[i] = RandInt(high);
    }

    /// <summary>torch.randperm(count): 0 .. count-1 in random order.</summary>
    public int[] Permutation(int count)
    {
        var positions = Positions.Range(count);
        for (var i = 0; i < count - 1; i++)
        {
            var j = i + RandInt(count - i);
            (positions[i], positions[j]) = (positions[j], positions[i]);
        }
        return positions;
    }

    /// <summary>The state in the layout of <c>torch.Generator.get_state()</c>, 5,056 bytes; torch reads it with set_state.</summary>
    public byte[] Save()
    {
        var bytes = new byte[StateBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, InitialSeed);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(LeftOffset), Left(twister.Position));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(SeededOffset), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(NextOffset), (ulong)twister.Position);
        for (var i = 0; i < MersenneTwister.StateWords; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(WordsOffset + i * sizeof(ulong)), twister.State[i]);
        cachedNormals.CopyTo(bytes.AsSpan(NormalOffset));
        return bytes;
    }

    /// <summary>Makes a generator that continues from a saved state, ours or torch's own.</summary>
    /// <exception cref="InputException">The bytes are not such a state.</exception>
    public static TorchGenerator Restore(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != StateBytes)
            throw new InputException($"a torch generator's state has {StateBytes} bytes, this one has {bytes.Length}; use the checkpoint before it");
        var left = BinaryPrimitives.ReadInt32LittleEndian(bytes[LeftOffset..]);
        var next = BinaryPrimitives.ReadUInt64LittleEndian(bytes[NextOffset..]);
        // torch makes new words when one is left, whatever the next position is: a fresh generator is at position 0 and has no words yet.
        var position = left == 1 ? MersenneTwister.StateWords : (int)Math.Min(next, int.MaxValue);
        if (BinaryPrimitives.ReadInt32LittleEndian(bytes[SeededOffset..]) != 1 || Left(position) != left)
            throw new InputException("a torch generator's state contradicts itself; use the checkpoint before it");

        var words = new uint[MersenneTwister.StateWords];
        for (var i = 0; i < words.Length; i++)
            words[i] = (uint)BinaryPrimitives.ReadUInt64LittleEndian(bytes[(WordsOffset + i * sizeof(ulong))..]);
        var seed = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return new TorchGenerator(seed, MersenneTwister.FromState(words, position), bytes[NormalOffset..].ToArray());
    }

    private static int Left(int position) => MersenneTwister.StateWords + 1 - position;

    private static float ToSingle(uint bits) => (bits & 0xFFFFFF) * (1f / 16777216f);
}

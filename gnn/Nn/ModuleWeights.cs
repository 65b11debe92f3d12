using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GraphTune.Engine;

namespace GraphTune.Gnn;

/// <summary>A model's whole state: to list, to copy, and to name by one short text.</summary>
public static class ModuleWeights
{
    extension(Module module)
    {
        /// <summary>SHA-256 over all parameters, then all buffers, in order of construction: the name in UTF-8 and a zero byte, rank and sizes, then the values.</summary>
        /// <returns>64 hexadecimal digits. Equal exactly when every name, shape and bit is equal.</returns>
        /// <remarks>Numbers are hashed as little-endian 32-bit words. Copies each tensor to the host once; waits for the device.</remarks>
        public string Sha256()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var (path, value) in module.Weights) Append(hash, path, value);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        /// <summary>Takes over the weights of a module with the same parts.</summary>
        /// <param name="other">Where from; it may be on another device.</param>
        /// <exception cref="ShapeException">The parts differ.</exception>
        public void CopyFrom(Module other)
        {
            (string Path, Tensor Value)[] mine = [.. module.Weights], theirs = [.. other.Weights];
            if (!mine.Select(w => (w.Path, w.Value.Shape)).SequenceEqual(theirs.Select(w => (w.Path, w.Value.Shape))))
                throw new ShapeException($"CopyFrom: the parts of one {module.GetType().Name} are not those of the other {other.GetType().Name}; build both from the same options");
            for (var i = 0; i < mine.Length; i++) mine[i].Value.Write(theirs[i].Value.ToArray());
        }

        /// <summary>Everything that a checkpoint holds: all parameters, then all buffers, named by path.</summary>
        public IEnumerable<(string Path, Tensor Value)> Weights => [.. module.Parameters.Select(p => (p.Path, (Tensor)p.Value)), .. module.Buffers];
    }

    private static void Append(IncrementalHash hash, string path, Tensor value)
    {
        Span<byte> word = stackalloc byte[4];
        hash.AppendData(Encoding.UTF8.GetBytes(path + '\0'));
        for (var axis = -1; axis < value.Shape.Rank; axis++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(word, axis < 0 ? value.Shape.Rank : value.Shape[axis]);
            hash.AppendData(word);
        }
        hash.AppendData(MemoryMarshal.AsBytes<float>(value.ToArray()));
    }
}
